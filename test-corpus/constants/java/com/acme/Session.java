package com.acme;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;

class Session {
    void begin(HttpServletResponse response, String token) {
        Cookie cookie = new Cookie("session", token);
        cookie.setSecure(Switches.SECURE);
        //~ insecure-cookie: Switches.SECURE
        response.addCookie(cookie);
        Cookie other = new Cookie("token", token);
        other.setSecure(Switches.STRICT);
        response.addCookie(other);
    }
}
