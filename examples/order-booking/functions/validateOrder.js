'use strict';
const { validate } = require('./rules');

exports.handler = async (document) => validate(document);
