'use client';

import { useCallback } from 'react';
import { type AnyVariables, useQuery, type UseQueryArgs, type UseQueryState } from 'urql';
import { useOnReconnect } from './provider.js';

/** A query that is asked again when the connection comes back. */
export function useFreshQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): UseQueryState<Data, Variables> {
  const [state, ask] = useQuery(args);
  const { pause = false } = args;
  useOnReconnect(
    useCallback(() => {
      if (!pause) ask({ requestPolicy: 'network-only' });
    }, [ask, pause]),
  );
  return state;
}
