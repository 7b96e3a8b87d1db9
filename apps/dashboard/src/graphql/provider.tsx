'use client';

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { Provider } from 'urql';
import type { Connection } from './connection.js';
import { dataSource } from './data.js';
import type { LiveLink } from './live-link.js';

const LinkContext = createContext<LiveLink | null>(null);

/** Gives the page its data. */
export function DataProvider({ children }: { readonly children: ReactNode }) {
  const [{ client, link }] = useState(dataSource);
  return (
    <LinkContext value={link}>
      <Provider value={client}>{children}</Provider>
    </LinkContext>
  );
}

/** The live connection; null on the server. */
export function useLiveLink(): LiveLink | null {
  return useContext(LinkContext);
}

const connecting: Connection = { state: 'connecting' };
const nothingChanges = () => () => undefined;

/** Whether the page is live. */
export function useConnection(): Connection {
  const link = useLiveLink();
  return useSyncExternalStore(
    link?.connection.onChange ?? nothingChanges,
    () => link?.connection.current ?? connecting,
    () => connecting,
  );
}

/** Calls back when the connection comes back after it was cut: what was missed can be asked for now. */
export function useOnReconnect(callback: () => void): void {
  const link = useLiveLink();
  useEffect(() => {
    if (link === null) return undefined;
    let wasCut = link.connection.current.state === 'reconnecting';
    return link.connection.onChange(() => {
      const { state } = link.connection.current;
      if (state === 'reconnecting') wasCut = true;
      if (state !== 'live' || !wasCut) return;
      wasCut = false;
      callback();
    });
  }, [link, callback]);
}
