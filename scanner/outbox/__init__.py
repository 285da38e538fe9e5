"""What is told to whom, and when it is tried again. No sockets: ``scanner.transports`` sends."""
