import { keySanitizerContract } from '../../src/testing';

keySanitizerContract('a sanitizer that writes every key in hexadecimal', () => ({
  sanitizer: { sanitize: (key) => Buffer.from(key, 'utf16le').toString('hex') },
}));
