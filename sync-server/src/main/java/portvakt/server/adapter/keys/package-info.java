/** The keys that this server signs with, the root keys above them, and the trust file that says which of them count. */
package portvakt.server.adapter.keys;
