/** The tables of the game, as packages/game/stage.yaml creates them at AWS. */
import type { LocalAwsOptions } from '../start-local-aws.ts'

/**
 * A row of the scores is in the index only if it has `board`, which guests may not write. The index
 * has the keys and the name, and no other attribute.
 */
export const GAME_TABLES: NonNullable<LocalAwsOptions['tables']> = [
  {
    TableName: 'game-profiles',
    AttributeDefinitions: [{ AttributeName: 'player', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'player', KeyType: 'HASH' }],
  },
  {
    TableName: 'game-scores',
    AttributeDefinitions: [
      { AttributeName: 'player', AttributeType: 'S' },
      { AttributeName: 'round', AttributeType: 'S' },
      { AttributeName: 'board', AttributeType: 'S' },
      { AttributeName: 'score', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'player', KeyType: 'HASH' },
      { AttributeName: 'round', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-score',
        KeySchema: [
          { AttributeName: 'board', KeyType: 'HASH' },
          { AttributeName: 'score', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
      },
    ],
  },
]
