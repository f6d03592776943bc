"""Exercise figures: the pose library, its checks, and the one engine that draws them.

The engine is JavaScript (static/routines/movement); the server runs the same modules, so there is one way to draw.
Nothing here imports Django or reads a clock.
"""
