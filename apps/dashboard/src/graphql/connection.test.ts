import { describe, expect, it, vi } from 'vitest';
import { ConnectionMonitor } from './connection.js';

describe('ConnectionMonitor', () => {
  it('keeps the moment of the cut while attempts to reconnect fail', () => {
    const monitor = new ConnectionMonitor();
    monitor.connected();
    monitor.cut(1000);
    monitor.cut(5000);
    expect(monitor.current).toEqual({ state: 'reconnecting', since: 1000 });
  });

  it('is live again once connected, and tells who listens', () => {
    const monitor = new ConnectionMonitor();
    const listener = vi.fn();
    monitor.onChange(listener);
    monitor.cut(1000);
    monitor.connected();
    expect(monitor.current).toEqual({ state: 'live' });
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('stays refused when the refused connection is closed', () => {
    const monitor = new ConnectionMonitor();
    monitor.refused();
    monitor.cut(1000);
    expect(monitor.current).toEqual({ state: 'refused' });
  });
});
