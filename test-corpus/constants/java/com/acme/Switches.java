package com.acme;

final class Switches {
    static final boolean SECURE = false;
    static final boolean STRICT = true;
}
