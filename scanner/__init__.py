"""coveredscan: find surveillance equipment, name its maker, say which legal instruments name that maker."""
