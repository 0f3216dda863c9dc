"""Who signs in: people, the browsers they use, and the codes that let them in."""
