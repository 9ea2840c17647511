// plotly asks a CDN for a world map unless it finds one here; the dashboard draws none and asks nobody
window.PlotlyGeoAssets = { topojson: { world_110m: { type: "Topology", objects: {}, arcs: [] } } };
