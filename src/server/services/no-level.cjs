'use strict';
/**
 * Stands in for `level` (LevelDB on disk, a native module) in the bundles: dynalite is only ever used in memory here, so
 * the disk store must never be opened.
 */
class Level {
  constructor() {
    throw new Error('DynamoDB tables are kept in memory only: no disk store is part of this build');
  }
}
module.exports = { Level, ClassicLevel: Level };
