"""Who is at the door: second factors and single sign-on."""
