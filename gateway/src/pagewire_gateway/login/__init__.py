"""Facebook Login and Instagram Login: from a link that an operator makes to the token where its resource says."""
