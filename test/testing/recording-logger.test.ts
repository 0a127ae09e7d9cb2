import { expect } from 'chai';
import { RecordingLogger } from '../../src/testing';

describe('RecordingLogger', () => {
  it('keeps every line with its level, in order', () => {
    const logger = new RecordingLogger();

    logger.debug('one');
    logger.info('two');
    logger.warn('three');
    logger.error('four');
    logger.warn('five');

    expect(logger.lines.map(({ level }) => level)).to.deep.equal(['debug', 'info', 'warn', 'error', 'warn']);
    expect(logger.messages('warn')).to.deep.equal(['three', 'five']);
  });
});
