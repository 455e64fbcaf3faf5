'use strict';
const { ship } = require('./rules');

exports.handler = async (document) => ship(document, new Date());
