// SPDX-License-Identifier: MIT
// The bytes of a URL, on any platform that has fetch.

/** Rejects with an Error that names the URL and says why. */
export async function fetchBytes(url: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`${url}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  if (!response.ok) throw new Error(`${url}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
