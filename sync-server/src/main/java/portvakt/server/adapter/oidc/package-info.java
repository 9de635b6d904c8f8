/** Log-in by an OpenID provider. */
package portvakt.server.adapter.oidc;
