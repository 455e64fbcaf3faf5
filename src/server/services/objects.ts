/** Objects standing for S3: in memory, or as files of a folder with one folder a bucket. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectStore } from '../../engine/contract';
import type { JsonObject } from '../../model/json';
import type { Clock } from '../../model/clock';
import { ServiceError } from '../contract';

export interface StoredObject {
  readonly body: Buffer;
  /** Epoch ms. */
  readonly modified: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
}

/** Buckets and objects, whatever they are kept in. */
export interface Buckets {
  buckets(): Promise<{ readonly name: string; readonly created: number }[]>;
  has(bucket: string): Promise<boolean>;
  create(bucket: string): Promise<void>;
  remove(bucket: string): Promise<void>;
  read(bucket: string, key: string): Promise<StoredObject | undefined>;
  write(bucket: string, key: string, object: Omit<StoredObject, 'modified'>): Promise<void>;
  erase(bucket: string, key: string): Promise<void>;
  /** In order of the keys' bytes; undefined for no such bucket. */
  list(bucket: string, prefix: string): Promise<ListedObject[] | undefined>;
}

/** An MD5 in quotes: what S3 gives objects that came in one piece. */
export const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

const byKey = (a: ListedObject, b: ListedObject): number => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
export const defaultType = 'binary/octet-stream';

export function memoryBuckets(clock: Clock): Buckets {
  const kept = new Map<string, { readonly created: number; readonly objects: Map<string, StoredObject> }>();
  return {
    buckets: () => Promise.resolve([...kept].map(([name, { created }]) => ({ name, created }))),
    has: (bucket) => Promise.resolve(kept.has(bucket)),
    create(bucket) {
      if (!kept.has(bucket)) kept.set(bucket, { created: clock.now(), objects: new Map() });
      return Promise.resolve();
    },
    remove(bucket) {
      kept.delete(bucket);
      return Promise.resolve();
    },
    read: (bucket, key) => Promise.resolve(kept.get(bucket)?.objects.get(key)),
    write(bucket, key, object) {
      kept.get(bucket)?.objects.set(key, { ...object, modified: clock.now() });
      return Promise.resolve();
    },
    erase(bucket, key) {
      kept.get(bucket)?.objects.delete(key);
      return Promise.resolve();
    },
    list(bucket, prefix) {
      const objects = kept.get(bucket)?.objects;
      if (objects === undefined) return Promise.resolve(undefined);
      const found = [...objects].filter(([key]) => key.startsWith(prefix));
      return Promise.resolve(
        found.map(([key, o]) => ({ key, size: o.body.length, etag: etagOf(o.body), modified: o.modified })).sort(byKey),
      );
    },
  };
}

/** Files under `root`: its folders are the buckets. What lies there is read as it is and stays when the server ends. */
export function folderBuckets(root: string): Buckets {
  const place = (bucket: string, key = ''): string => {
    const folder = path.resolve(root, bucket);
    const file = path.resolve(folder, key);
    // Neither `..` in a bucket's name nor in a key may leave the folder that was given.
    const inside =
      folder.startsWith(path.resolve(root) + path.sep) && (file === folder || file.startsWith(folder + path.sep));
    if (!inside) throw new ServiceError('InvalidArgument', `${bucket}/${key} leaves the objects folder`, 400);
    return file;
  };
  const absent = (error: NodeJS.ErrnoException): undefined => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined;
    throw error;
  };
  return {
    async buckets() {
      const entries = await readdir(root, { withFileTypes: true });
      const folders = entries.filter((entry) => entry.isDirectory());
      return Promise.all(
        folders.map(async ({ name }) => ({ name, created: (await stat(path.join(root, name))).birthtimeMs })),
      );
    },
    has: async (bucket) => (await stat(place(bucket)).catch(absent))?.isDirectory() ?? false,
    create: async (bucket) => void (await mkdir(place(bucket), { recursive: true })),
    remove: (bucket) => rm(place(bucket), { recursive: true, force: true }),
    async read(bucket, key) {
      const file = place(bucket, key);
      const body = await readFile(file).catch(absent);
      if (body === undefined) return undefined;
      return { body, modified: (await stat(file)).mtimeMs, contentType: defaultType, metadata: {} };
    },
    async write(bucket, key, { body }) {
      const file = place(bucket, key);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, body);
    },
    erase: (bucket, key) => rm(place(bucket, key), { force: true }),
    async list(bucket, prefix) {
      const entries = await readdir(place(bucket), { withFileTypes: true, recursive: true }).catch(absent);
      if (entries === undefined) return undefined;
      const listed: ListedObject[] = [];
      for (const entry of entries.filter((e) => e.isFile())) {
        const file = path.join(entry.parentPath, entry.name);
        const key = path.relative(place(bucket), file).split(path.sep).join('/');
        if (!key.startsWith(prefix)) continue;
        const body = await readFile(file);
        listed.push({ key, size: body.length, etag: etagOf(body), modified: (await stat(file)).mtimeMs });
      }
      return listed.sort(byKey);
    },
  };
}

/** The engine's view: ItemReader and ResultWriter. Writing makes the bucket where there is none. */
export function objectStore(buckets: Buckets): ObjectStore {
  return {
    get: async (bucket, key) => (await buckets.read(bucket, key))?.body,
    async put(bucket, key, body) {
      await buckets.create(bucket);
      await buckets.write(bucket, key, { body, contentType: defaultType, metadata: {} });
    },
    async list(bucket, prefix) {
      const listed = await buckets.list(bucket, prefix);
      return listed?.map((o): JsonObject => ({
        Etag: o.etag,
        Key: o.key,
        LastModified: Math.round(o.modified / 1000),
        Size: o.size,
        StorageClass: 'STANDARD',
      }));
    },
  };
}
