import type { Services } from '../services.js';

/** What a token allows. */
export type Access = 'write' | 'read';

/** What every resolver of one operation shares. */
export interface Context {
  readonly access: Access;
  readonly services: Services;
}
