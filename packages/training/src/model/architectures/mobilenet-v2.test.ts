import { mobileNetV2 } from './mobilenet-v2.js';
import { conformsToTimm } from './timm.conformance.js';

conformsToTimm(mobileNetV2);
