'use client';

import { type SyntheticEvent, useState } from 'react';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import styles from './login.module.css';
import { logIn } from './log-in.js';

/** Asks for the token and has the server keep it in a cookie. `next` is where to go then. */
export function LoginForm({ next }: { readonly next: string }) {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [asking, setAsking] = useState(false);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setAsking(true);
    const answer = await logIn(token);
    setAsking(false);
    setProblem(answer);
    // A fresh page, so that the live connection opens with the token.
    if (answer === undefined) location.assign(/^\/(?![/\\])/.test(next) ? next : '/runs');
  };
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        void submit(event);
      }}
    >
      <TextField
        label="Token"
        type="password"
        required
        autoComplete="current-password"
        value={token}
        error={problem}
        hint="This server was started with a token: the value of WHETSTONE_TOKEN there, or of WHETSTONE_READ_TOKEN to look only."
        onChange={(event) => {
          setToken(event.target.value);
        }}
      />
      <Button look="primary" type="submit" disabled={asking}>
        Log in
      </Button>
    </form>
  );
}
