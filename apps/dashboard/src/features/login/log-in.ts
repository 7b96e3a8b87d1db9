/** Gives the token to the server, which answers with a cookie. Returns what is wrong, if anything. */
export async function logIn(token: string): Promise<string | undefined> {
  try {
    const response = await fetch('/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) return undefined;
    if (response.status === 401) {
      return 'Expected a token of this server, received another one. Ask whoever started it.';
    }
    return `The server could not check the token (status ${response.status}). Try again in a moment.`;
  } catch {
    return 'The server did not answer. Try again in a moment.';
  }
}
