namespace EdgeDePin.Deployment;

/// <summary>
/// What somebody wrote cannot be used: a template, a table of devices, an option. The message is one line that names file, line or path,
/// the value seen and the remedy. Nothing has been written when it is thrown.
/// </summary>
public sealed class DeploymentException(string message, Exception? cause = null) : Exception(message, cause);
