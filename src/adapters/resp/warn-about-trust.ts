/** Where nobody checks who answers, TLS keeps out nobody who can stand in between: that is not to go unnoticed. */
export function warnAboutTrust(driver: string, options: object): void {
  const { tls } = options as { readonly tls?: { readonly rejectUnauthorized?: unknown } };
  if (tls?.rejectUnauthorized !== false) return;
  const way = 'give the certificate of its authority as tls.ca';
  process.emitWarning(`${driver}: tls.rejectUnauthorized is false, so whoever answers is taken for the server; ${way}`, 'TiercelWarning');
}
