/** S3's multipart uploads, as clients send large objects: the parts wait in memory until they are one object. */
import { randomUUID } from 'node:crypto';
import { ServiceError, type ServiceRequest, type ServiceResponse } from '../contract';
import { etagOf, type Buckets, type StoredObject } from './objects';
import { decodeChunks, xml } from './s3Wire';

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly about: Omit<StoredObject, 'body' | 'modified'>;
  readonly parts: Map<number, Buffer>;
}

export class Uploads {
  readonly #open = new Map<string, Upload>();

  constructor(private readonly buckets: Buckets) {}

  /** What of these calls the request is; undefined where it is none of them. */
  handle(
    request: ServiceRequest,
    bucket: string,
    key: string,
    about: Upload['about'],
  ): ServiceResponse | Promise<ServiceResponse> | undefined {
    const { method, query } = request;
    const id = query.get('uploadId');
    if (method === 'POST' && query.has('uploads')) return this.#begin({ bucket, key, about, parts: new Map() });
    if (id === null) return undefined;
    if (method === 'PUT') return this.#put(id, bucket, key, Number(query.get('partNumber')), decodeChunks(request));
    if (method === 'POST') return this.#complete(id, bucket, key, request.body.toString('utf8'));
    if (method !== 'DELETE') return undefined;
    this.#find(id, bucket, key);
    this.#open.delete(id);
    return { status: 204, body: '' };
  }

  #begin(upload: Upload): ServiceResponse {
    const id = randomUUID();
    this.#open.set(id, upload);
    return xml('InitiateMultipartUploadResult', { Bucket: upload.bucket, Key: upload.key, UploadId: id });
  }

  #find(id: string, bucket: string, key: string): Upload {
    const upload = this.#open.get(id);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw new ServiceError(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      404,
    );
  }

  #put(id: string, bucket: string, key: string, part: number, body: Buffer): ServiceResponse {
    const upload = this.#find(id, bucket, key);
    if (!Number.isInteger(part) || part < 1 || part > 10_000)
      throw new ServiceError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', 400);
    upload.parts.set(part, Buffer.from(body));
    return { status: 200, headers: { etag: etagOf(body) }, body: '' };
  }

  async #complete(id: string, bucket: string, key: string, wanted: string): Promise<ServiceResponse> {
    const upload = this.#find(id, bucket, key);
    const numbers = [...wanted.matchAll(/<PartNumber>\s*(\d+)\s*<\/PartNumber>/g)].map(([, number]) => Number(number));
    const parts = numbers.map((number) => upload.parts.get(number));
    if (parts.length === 0 || !parts.every((part) => part !== undefined)) {
      throw new ServiceError(
        'InvalidPart',
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
      );
    }
    const body = Buffer.concat(parts);
    await this.buckets.write(bucket, key, { ...upload.about, body });
    this.#open.delete(id);
    return xml('CompleteMultipartUploadResult', { Bucket: bucket, Key: key, ETag: etagOf(body) });
  }
}
