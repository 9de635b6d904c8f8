/** Pure: from card statuses to the canonical list that gates hold. */
package portvakt.server.list;
