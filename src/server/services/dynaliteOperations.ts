/** dynalite's operations by name. It finds them by computed file names itself, which no bundler could follow. */
import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import describeTimeToLive from 'dynalite/actions/describeTimeToLive.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import listTagsOfResource from 'dynalite/actions/listTagsOfResource.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import tagResource from 'dynalite/actions/tagResource.js';
import untagResource from 'dynalite/actions/untagResource.js';
import updateItem from 'dynalite/actions/updateItem.js';
import updateTable from 'dynalite/actions/updateTable.js';
import * as batchGetItemChecks from 'dynalite/validations/batchGetItem.js';
import * as batchWriteItemChecks from 'dynalite/validations/batchWriteItem.js';
import * as createTableChecks from 'dynalite/validations/createTable.js';
import * as deleteItemChecks from 'dynalite/validations/deleteItem.js';
import * as deleteTableChecks from 'dynalite/validations/deleteTable.js';
import * as describeTableChecks from 'dynalite/validations/describeTable.js';
import * as describeTimeToLiveChecks from 'dynalite/validations/describeTimeToLive.js';
import * as getItemChecks from 'dynalite/validations/getItem.js';
import * as listTablesChecks from 'dynalite/validations/listTables.js';
import * as listTagsOfResourceChecks from 'dynalite/validations/listTagsOfResource.js';
import * as putItemChecks from 'dynalite/validations/putItem.js';
import * as queryChecks from 'dynalite/validations/query.js';
import * as scanChecks from 'dynalite/validations/scan.js';
import * as tagResourceChecks from 'dynalite/validations/tagResource.js';
import * as untagResourceChecks from 'dynalite/validations/untagResource.js';
import * as updateItemChecks from 'dynalite/validations/updateItem.js';
import * as updateTableChecks from 'dynalite/validations/updateTable.js';

export interface Operation {
  readonly run: (store: unknown, data: object, callback: (error: unknown, answer: object) => void) => void;
  readonly checks: { readonly types: unknown; readonly custom: unknown };
}

export const operations: Readonly<Record<string, Operation>> = {
  BatchGetItem: { run: batchGetItem, checks: batchGetItemChecks },
  BatchWriteItem: { run: batchWriteItem, checks: batchWriteItemChecks },
  CreateTable: { run: createTable, checks: createTableChecks },
  DeleteItem: { run: deleteItem, checks: deleteItemChecks },
  DeleteTable: { run: deleteTable, checks: deleteTableChecks },
  DescribeTable: { run: describeTable, checks: describeTableChecks },
  DescribeTimeToLive: { run: describeTimeToLive, checks: describeTimeToLiveChecks },
  GetItem: { run: getItem, checks: getItemChecks },
  ListTables: { run: listTables, checks: listTablesChecks },
  ListTagsOfResource: { run: listTagsOfResource, checks: listTagsOfResourceChecks },
  PutItem: { run: putItem, checks: putItemChecks },
  Query: { run: query, checks: queryChecks },
  Scan: { run: scan, checks: scanChecks },
  TagResource: { run: tagResource, checks: tagResourceChecks },
  UntagResource: { run: untagResource, checks: untagResourceChecks },
  UpdateItem: { run: updateItem, checks: updateItemChecks },
  UpdateTable: { run: updateTable, checks: updateTableChecks },
};
