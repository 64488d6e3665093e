namespace EdgeDePin.Sandbox;

/// <summary>This machine cannot run guests. The message names what is missing and the remedy.</summary>
public sealed class SandboxException(string message, Exception? cause = null) : IOException(message, cause);
