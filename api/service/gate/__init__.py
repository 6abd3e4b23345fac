"""What a request passes before it is answered."""
