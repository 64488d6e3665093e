using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.EndToEnd.Network;

/// <summary>Sockets of this process in a namespace of the network: a socket belongs to that of the thread that made it, for life.</summary>
internal static class NetworkNamespace
{
    private const int OfNetwork = 0x40000000;

    /// <param name="name">As <c>ip netns</c> knows it.</param>
    /// <param name="make">Makes a socket, and connects or binds it; on a thread that ends then.</param>
    /// <exception cref="SocketException">What <paramref name="make"/> threw.</exception>
    public static Socket Open(string name, Func<Socket> make)
    {
        Socket? made = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle($"/var/run/netns/{name}");
                if (SetNamespace(file, OfNetwork) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                made = make();
            }
            catch (Exception error) when (error is SocketException or Win32Exception or IOException)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return made ?? throw (failure as SocketException ?? failure!);
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int SetNamespace(SafeFileHandle file, int kind);
}
