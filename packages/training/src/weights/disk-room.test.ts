import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { diskErrorOf } from './disk-room.js';

describe('diskErrorOf', () => {
  // Linux has a file that is always full.
  it.runIf(process.platform === 'linux')('knows a full disk', async () => {
    const full = await open('/dev/full', 'w');
    const cause: unknown = await full.write(Buffer.of(1)).catch((error: unknown) => error);
    await full.close();
    const error = diskErrorOf(cause, '/cache/model.safetensors');
    expect(error).toMatchObject({ code: 'DISK_FULL', cause });
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/at \/cache\/model.safetensors, found no space left.*continues/),
    );
  });

  it('knows a quota that is used up', () => {
    const cause = Object.assign(new Error('EDQUOT: quota exceeded'), { code: 'EDQUOT' });
    expect(diskErrorOf(cause, '/x')).toMatchObject({ code: 'DISK_FULL' });
  });

  it('leaves everything else as it is', () => {
    const error = new Error('something else');
    expect(diskErrorOf(error, '/x')).toBe(error);
  });
});
