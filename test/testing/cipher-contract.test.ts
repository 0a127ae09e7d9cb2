import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CacheError } from '../../src/domain/cache-error';
import type { Cipher } from '../../src/ports/cipher';
import { cipherContract } from '../../src/testing';

cipherContract('AES-256-GCM written as hexadecimal', () => ({ cipher: hexadecimalCipher(randomBytes(32)) }));

function hexadecimalCipher(secretKey: Buffer): Cipher {
  return {
    seal(plaintext, boundTo) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secretKey, nonce, { authTagLength: 16 }).setAAD(Buffer.from(boundTo));
      return Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('hex');
    },
    open(sealed, boundTo) {
      try {
        const bytes = Buffer.from(sealed, 'hex');
        if (bytes.toString('hex') !== sealed) throw new Error('not hexadecimal');
        const decipher = createDecipheriv('aes-256-gcm', secretKey, bytes.subarray(0, 12), { authTagLength: 16 }).setAAD(
          Buffer.from(boundTo),
        );
        decipher.setAuthTag(bytes.subarray(-16));
        return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new CacheError('CACHE_PAYLOAD_REJECTED', 'The payload was not sealed for this key.', { cause });
      }
    },
  };
}
