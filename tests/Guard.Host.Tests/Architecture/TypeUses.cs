using Mono.Cecil;

namespace Guard.Host.Tests.Architecture;

/// <summary>Which types of an assembly use which others of it, read from its metadata and code, generated code of pages included.</summary>
internal sealed class TypeUses
{
    private readonly AssemblyDefinition _assembly;
    private readonly HashSet<(TypeDefinition From, TypeDefinition To)> _uses = [];

    private TypeUses(AssemblyDefinition assembly) => _assembly = assembly;

    /// <summary>Pairs of types that stand by themselves: what is nested counts for the type around it.</summary>
    public static IReadOnlyCollection<(TypeDefinition From, TypeDefinition To)> Of(string path)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(path);
        var uses = new TypeUses(assembly);
        foreach (var type in assembly.MainModule.Types)
            uses.Visit(type, type);
        return uses._uses;
    }

    private void Visit(TypeDefinition type, TypeDefinition outermost)
    {
        Use(outermost, type.BaseType);
        Attributes(outermost, type);
        foreach (var implemented in type.Interfaces)
            Use(outermost, implemented.InterfaceType);
        Constraints(outermost, type);
        foreach (var field in type.Fields)
        {
            Use(outermost, field.FieldType);
            Attributes(outermost, field);
        }
        foreach (var property in type.Properties)
            Attributes(outermost, property);
        foreach (var method in type.Methods)
            Visit(method, outermost);
        foreach (var nested in type.NestedTypes)
            Visit(nested, outermost);
    }

    private void Visit(MethodDefinition method, TypeDefinition outermost)
    {
        Use(outermost, method.ReturnType);
        Attributes(outermost, method);
        Constraints(outermost, method);
        foreach (var parameter in method.Parameters)
        {
            Use(outermost, parameter.ParameterType);
            Attributes(outermost, parameter);
        }
        if (!method.HasBody)
            return;
        foreach (var variable in method.Body.Variables)
            Use(outermost, variable.VariableType);
        foreach (var handler in method.Body.ExceptionHandlers)
            Use(outermost, handler.CatchType);
        foreach (var instruction in method.Body.Instructions)
            Operand(outermost, instruction.Operand);
    }

    private void Operand(TypeDefinition from, object? operand)
    {
        switch (operand)
        {
            case TypeReference type:
                Use(from, type);
                break;
            case MethodReference called:
                Use(from, called.DeclaringType);
                Use(from, called.ReturnType);
                foreach (var argument in called is GenericInstanceMethod generic ? generic.GenericArguments : [])
                    Use(from, argument);
                break;
            case FieldReference field:
                Use(from, field.DeclaringType);
                Use(from, field.FieldType);
                break;
        }
    }

    private void Attributes(TypeDefinition from, ICustomAttributeProvider marked)
    {
        foreach (var attribute in marked.CustomAttributes.Where(attribute => attribute.AttributeType.Scope == _assembly.MainModule))
            Use(from, attribute.AttributeType);
    }

    private void Constraints(TypeDefinition from, IGenericParameterProvider generic)
    {
        foreach (var constraint in generic.GenericParameters.SelectMany(parameter => parameter.Constraints))
            Use(from, constraint.ConstraintType);
    }

    private void Use(TypeDefinition from, TypeReference? used)
    {
        foreach (var argument in used is GenericInstanceType generic ? generic.GenericArguments : [])
            Use(from, argument);
        if (used is TypeSpecification shaped)
        {
            Use(from, shaped.ElementType);
            return;
        }
        if (used is null or GenericParameter || used.Scope != _assembly.MainModule)
            return;
        var to = used.Resolve();
        while (to.DeclaringType is not null)
            to = to.DeclaringType;
        if (to != from)
            _uses.Add((from, to));
    }
}
