/** How S3's REST door speaks: XML answers, bodies that come in pieces, texts of XML. */
import type { ServiceRequest, ServiceResponse } from '../contract';
import { headerOf, toXml, type Xml } from './protocol';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

export const xml = (name: string, value: Xml, status = 200): ServiceResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${toXml(name, value).replace(`<${name}>`, `<${name} xmlns="${namespace}">`)}`,
});

export const unescapeXml = (value: string): string =>
  value.replace(/&(?:lt|gt|quot|apos|amp|#x([0-9a-f]+)|#(\d+));/gi, (whole, hex?: string, decimal?: string) => {
    if (hex !== undefined || decimal !== undefined)
      return String.fromCodePoint(hex === undefined ? Number(decimal) : parseInt(hex, 16));
    return (
      ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' } as Record<string, string>)[whole] ??
      whole
    );
  });

/** The SDKs send streams in `aws-chunked` pieces: size in hex, the bytes, and trailers at the end. */
export function decodeChunks(request: ServiceRequest): Buffer {
  const streaming =
    (headerOf(request, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-') ||
    (headerOf(request, 'content-encoding') ?? '').includes('aws-chunked');
  if (!streaming) return request.body;
  const pieces: Buffer[] = [];
  for (let at = 0; at < request.body.length;) {
    const end = request.body.indexOf('\r\n', at);
    const size = parseInt(request.body.subarray(at, end).toString('latin1'), 16);
    if (!(size > 0)) break;
    pieces.push(request.body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(pieces);
}
