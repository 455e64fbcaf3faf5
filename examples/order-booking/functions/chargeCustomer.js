'use strict';
const { charge } = require('./rules');

exports.handler = async (document) => charge(document, (document.charge?.attempt ?? 0) + 1, new Date());
