"""The course's pictures, and how they reach the page with a description."""

from helpers.plots.clusters import kmeans_step, scatter_clusters, voronoi_cells
from helpers.plots.images import draw_images, rgb_cube
from helpers.plots.matrix import hits_matrix, verdict_matrix
from helpers.plots.output import show, show_animation, show_picture

__all__ = [
    "draw_images",
    "hits_matrix",
    "kmeans_step",
    "rgb_cube",
    "scatter_clusters",
    "show",
    "show_animation",
    "show_picture",
    "verdict_matrix",
    "voronoi_cells",
]
