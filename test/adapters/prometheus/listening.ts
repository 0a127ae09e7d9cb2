/** The port, once there is one. */
export async function listening(server: { readonly port: number | undefined }): Promise<number> {
  for (;;) {
    if (server.port !== undefined) return server.port;
    await new Promise(setImmediate);
  }
}
