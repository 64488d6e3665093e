using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>Which exceptions of a start are told to a person by their message alone, and whose fault they are.</summary>
public static class NodeFailure
{
    /// <summary>The message names the thing and the remedy; a stack trace would add nothing.</summary>
    public static bool Explains(Exception error) =>
        IsWrongUse(error) || error is StoreException or PortInUseException or IOException or UnauthorizedAccessException or SocketException;

    /// <summary>The command line or the configuration is wrong, rather than the machine.</summary>
    public static bool IsWrongUse(Exception error) =>
        error is OptionsException or FormatException or ValidationException or ArgumentOutOfRangeException;
}
