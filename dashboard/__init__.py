"""What people see: pages, figures, the API and the words. The only room that imports dash."""
