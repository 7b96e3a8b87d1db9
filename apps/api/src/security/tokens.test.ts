import { describe, expect, it } from 'vitest';
import { accessOf, tokenCookie, tokenIn, tokenInParams } from './tokens.js';

const tokens = { token: 'the-token-to-write', readToken: 'the-token-to-read' };

describe('accessOf', () => {
  it.each([
    ['the token', 'the-token-to-write', 'write'],
    ['the read token', 'the-token-to-read', 'read'],
    ['a beginning of the token', 'the-token', undefined],
    ['nothing', undefined, undefined],
    ['the empty token', '', undefined],
  ])('%s gives %s', (_sentence, received, access) => {
    expect(accessOf(received, tokens)).toBe(access);
  });

  it('everyone may write where there is no token', () => {
    expect(accessOf(undefined, { token: null, readToken: null })).toBe('write');
  });
});

describe('a token', () => {
  it('is read from headers', () => {
    expect(tokenIn({ authorization: 'Bearer abc' })).toBe('abc');
    expect(tokenIn({ authorization: 'bearer  abc' })).toBe('abc');
    expect(tokenIn({ cookie: 'a=b; whetstone_token=a%3Db; c=d' })).toBe('a=b');
    expect(tokenIn({ authorization: 'Basic abc', cookie: 'other=1' })).toBeUndefined();
    expect(tokenIn({ cookie: 'whetstone_token=%' })).toBeUndefined();
  });

  it('is read from what opens a socket', () => {
    expect(tokenInParams({ token: 'abc' })).toBe('abc');
    expect(tokenInParams({ authorization: 'Bearer abc' })).toBe('abc');
    expect(tokenInParams({ Authorization: 'Bearer abc' })).toBe('abc');
    expect(tokenInParams({ token: 7 })).toBeUndefined();
  });

  it('goes into a cookie that scripts and other sites cannot use, and comes out again', () => {
    const cookie = tokenCookie('a;b c');
    expect(cookie).toContain('HttpOnly; SameSite=Strict; Path=/');
    expect(tokenIn({ cookie: cookie.split(';', 1)[0]! })).toBe('a;b c');
  });
});
