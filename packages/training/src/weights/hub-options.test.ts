import { describe, expect, it } from 'vitest';
import { hubOptions } from './hub-options.js';

describe('hubOptions', () => {
  it('means the official hub, without a token, where nothing is set', () => {
    expect(hubOptions({})).toEqual({
      endpoint: 'https://huggingface.co',
      token: null,
      offline: false,
    });
  });

  it('takes what is set', () => {
    const env = { HF_ENDPOINT: ' https://mirror.example/hub/ ', HF_TOKEN: ' hf_x\n' };
    expect(hubOptions(env)).toEqual({
      endpoint: 'https://mirror.example/hub',
      token: 'hf_x',
      offline: false,
    });
  });

  it.each([
    ['1', true],
    ['true', true],
    ['YES', true],
    ['on', true],
    ['0', false],
    ['false', false],
    ['', false],
  ])('understands HF_HUB_OFFLINE=%s', (value, offline) => {
    expect(hubOptions({ HF_HUB_OFFLINE: value }).offline).toBe(offline);
  });

  it.each(['mirror.example', 'ftp://mirror.example', 'mirror:8080'])(
    'refuses HF_ENDPOINT=%s, which is no web address',
    (address) => {
      expect(() => hubOptions({ HF_ENDPOINT: address })).toThrow(/`HF_ENDPOINT`.*https:/);
    },
  );
});
