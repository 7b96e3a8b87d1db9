// Things to learn, for tests: drawn, seeded, learnable in seconds
export { drawShapes, type DrawShapesOptions } from './draw-shapes.js';
export { shapeLoaders, type ShapeLoadersOptions } from './shape-loaders.js';
export type { Shape } from './shapes.js';
