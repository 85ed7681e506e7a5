// A static server for the built page, for this machine alone.
//   node scripts/server.mjs [DIRECTORY [PORT]]      from a test: const { url, close } = await serve({ dir, port })
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

const HOST = "127.0.0.1";

/** Sent with every answer, beside the page's policy. */
const HEADERS = {
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
};

/**
 * The Content-Security-Policy that the page itself has, as a header: only so does it hold for its
 * workers, and against being framed.
 */
function policyOf(page) {
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(readFileSync(page, "utf8")) ?? [];
  if (!policy) throw new Error(`${page} has no Content-Security-Policy.`);
  return `${policy}; frame-ancestors 'none'`;
}

/**
 * Serves a directory under the policy of a page in it; port 0 takes a free one.
 * @param {{ dir: string, page?: string, port?: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ dir, page = join(dir, "index.html"), port = 0 }) {
  if (!existsSync(page)) throw new Error(`There is no page in '${dir}' yet: scripts/serve builds it.`);
  const policy = policyOf(page);
  // `dev` looks at the disk at each request, so a rebuilt page needs no restart.
  const files = sirv(dir, { dev: true, etag: true, gzip: true, brotli: true });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader("Content-Security-Policy", policy);
    files(request, response);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${server.address().port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function explain(error, port) {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} is in use: choose another with --port N, or any free one with --port 0.`;
    case "ERR_SOCKET_BAD_PORT":
      return `'${port}' is not a port: --port takes a number from 0 to 65535.`;
    case "EACCES":
      return `Port ${port} needs an administrator: choose one from 1024 on with --port N.`;
    default:
      return error.message;
  }
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [dir = "dist", port = "8080"] = process.argv.slice(2);
  try {
    const { url, close } = await serve({ dir, port: port.trim() === "" ? NaN : Number(port) });
    console.log(`Fleetsynth: ${url}`);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => close());
  } catch (error) {
    console.error(explain(error, port));
    process.exitCode = 1;
  }
}
