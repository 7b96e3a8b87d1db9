import { describe, expect, it } from 'vitest';
import { tf } from '../engine/tf.js';
import { architecture, architectures, UnknownArchitectureError } from './architecture.js';

describe('architectures', () => {
  it('lists them without loading an engine', () => {
    expect(architectures().map(({ name }) => name)).toContain('tf_efficientnet_lite0');
    expect(tf.engine().backendNames()).not.toContain('tensorflow');
  });

  it('lists the default one first', () => {
    expect(architectures()[0]!.name).toBe('tf_efficientnet_lite0');
  });
});

describe('architecture', () => {
  it('gives the one of that name', () => {
    expect(architecture('tf_efficientnet_lite0').title).toBe('EfficientNet-Lite0');
  });

  it('names those there are when asked for another', () => {
    expect(() => architecture('resnet9000')).toThrow(UnknownArchitectureError);
    expect(() => architecture('resnet9000')).toThrow(/tf_efficientnet_lite0.*"resnet9000"/);
  });
});
