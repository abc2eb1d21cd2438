"""Pages at the door: second factors and single sign-on."""
