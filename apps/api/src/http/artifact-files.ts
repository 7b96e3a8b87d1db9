import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import type { FileStore } from '../artifacts/file-store.js';
import { InvalidPathError } from '../artifacts/file-store.js';
import { problem } from './problem.js';

/** `GET /artifacts/runs/<run>/<file>`: a file that a run left. */
export function artifactFiles(files: FileStore): Router {
  return Router().get('/runs/:runId/:file', async (request, response) => {
    const { runId, file } = request.params;
    const found = await openOrUndefined(files, `runs/${runId}/${file}`);
    if (found === undefined) {
      problem(
        response,
        404,
        'Expected a file of a run, found none. Take `url` from the run’s artifacts',
      );
      return;
    }
    response.setHeader('Content-Length', found.bytes);
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    response.type(file.endsWith('.json') ? 'application/json' : 'application/octet-stream');
    response.attachment(file);
    await pipeline(found.content, response).catch(() => {
      // Whoever asked has gone away; there is nobody to tell.
      response.destroy();
    });
  });
}

async function openOrUndefined(files: FileStore, place: string) {
  try {
    return await files.open(place);
  } catch (error) {
    if (error instanceof InvalidPathError) return undefined;
    throw error;
  }
}
