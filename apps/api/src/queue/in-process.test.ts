import { inProcessQueue } from './in-process.js';
import { queueConformance } from './queue.conformance.js';

queueConformance(inProcessQueue);
