// The servers, cards and containers of these tests are those of Linux.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
