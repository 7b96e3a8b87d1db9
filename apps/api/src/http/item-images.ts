import {
  ensurePresized,
  ImageMissingError,
  ImageUnreadableError,
  TrainingError,
} from '@whetstone/training';
import { type Request, type Response, Router } from 'express';
import path from 'node:path';
import sharp from 'sharp';
import type { DatasetService } from '../datasets/dataset-service.js';
import { problem } from './problem.js';

/** Short sides of the copies that pictures are made from. */
const COPY_SIDES = [256, 512, 1024];
const USUAL_SIZE = 256;

/** `GET /images/items/<dataset>/<version>/<index>?size=`: the picture of an item, never larger than asked for. */
export function itemImages(datasets: DatasetService): Router {
  return Router().get('/items/:datasetId/:version/:index', async (request, response) => {
    const size = readNumber(request.query['size'] ?? String(USUAL_SIZE));
    if (size === undefined || size < 16 || size > 1024) {
      problem(
        response,
        400,
        `Expected \`size\` to be a whole number from 16 to 1024, received ${JSON.stringify(request.query['size'])}`,
      );
      return;
    }
    const place = await findItem(request, datasets);
    if (place === undefined) {
      problem(
        response,
        404,
        'Expected an item of a dataset version, found none. Take `imageUrl` from an item',
      );
      return;
    }
    await sendPicture(response, { ...place, size, imagesDir: datasets.imagesDir });
  });
}

interface Picture {
  readonly hash: string;
  readonly source: string;
  readonly size: number;
  readonly imagesDir: string;
}

async function findItem({ params }: Request, datasets: DatasetService) {
  const { datasetId } = params;
  const version = readNumber(params['version']);
  const index = readNumber(params['index']);
  if (typeof datasetId !== 'string' || !/^ds_\w+$/.test(datasetId)) return undefined;
  if (version === undefined || index === undefined) return undefined;
  try {
    const { header, items } = await datasets.manifest(datasetId, version);
    const item = items[index];
    return item && { hash: item.hash, source: path.join(header.root, item.source) };
  } catch (error) {
    if (error instanceof TrainingError) return undefined;
    throw error;
  }
}

async function sendPicture(
  response: Response,
  { hash, source, size, imagesDir }: Picture,
): Promise<void> {
  // What the address names never changes: a version is immutable.
  const etag = `"${hash}-${size}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  if (response.req.headers['if-none-match'] === etag) {
    response.status(304).end();
    return;
  }
  const side = COPY_SIDES.find((one) => one >= size) ?? 1024;
  try {
    const copy = await ensurePresized({ dir: imagesDir, hash, side, source });
    const picture = await sharp(copy)
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 85 })
      .toBuffer();
    response.type('image/jpeg').send(picture);
  } catch (error) {
    if (!(error instanceof ImageMissingError || error instanceof ImageUnreadableError)) throw error;
    response.removeHeader('ETag');
    response.setHeader('Cache-Control', 'no-store');
    problem(response, 404, error.message);
  }
}

function readNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
