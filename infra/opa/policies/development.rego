# Development only: allows what the server's built-in roles allow. A policy can narrow those, never widen them.
package somabrain

default allow := true
