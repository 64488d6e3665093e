using EdgeDePin.Model;
using EdgeDePin.Sandbox.Modules;
using Wasmtime;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>Compiled modules by digest, the least recently used given up first. They never leave the process: native code is not believed.</summary>
internal sealed class CompiledModules : IDisposable
{
    /// <summary>Of the examples each takes less than a megabyte.</summary>
    public const int Capacity = 8;

    private readonly LinkedList<(ModuleFacts Facts, Module Module)> _kept = [];

    public (ModuleFacts Facts, Module Module)? Find(Digest digest)
    {
        for (LinkedListNode<(ModuleFacts Facts, Module Module)>? node = _kept.First; node is not null; node = node.Next)
        {
            if (node.Value.Facts.Digest == digest)
            {
                _kept.Remove(node);
                _kept.AddFirst(node);
                return node.Value;
            }
        }

        return null;
    }

    public void Add(ModuleFacts facts, Module module)
    {
        _kept.AddFirst((facts, module));
        if (_kept.Count > Capacity)
        {
            _kept.Last!.Value.Module.Dispose();
            _kept.RemoveLast();
        }
    }

    public void Dispose()
    {
        foreach ((_, Module module) in _kept)
        {
            module.Dispose();
        }

        _kept.Clear();
    }
}
